from typing import Any

from django.db import migrations, models


def forget_performance(apps: Any, _schema: Any) -> None:
    """On the way back: what was found of performance is derived, and there is no place for it."""
    apps.get_model("reporting", "Examination").objects.filter(subject="performance").delete()


class Migration(migrations.Migration):
    """What was kept of trends becomes one subject of what is kept of a quarter."""

    dependencies = [
        ("reporting", "0008_handling_reviews"),
    ]

    operations = [
        migrations.RenameModel("TrendReview", "Examination"),
        migrations.AlterModelOptions(
            name="examination",
            options={
                "default_permissions": (),
                "ordering": ["-quarter", "subject", "figure"],
                "verbose_name": "examination of a quarter",
                "verbose_name_plural": "examinations of quarters",
            },
        ),
        migrations.RenameIndex("examination", new_name="examination_waiting", old_name="trend_review_waiting"),
        migrations.AddField(
            model_name="examination",
            name="subject",
            field=models.CharField(
                choices=[("trends", "Trends"), ("performance", "Performance")],
                default="trends",
                max_length=20,
                verbose_name="subject",
            ),
        ),
        migrations.AlterField(
            model_name="examination",
            name="figure",
            field=models.CharField(blank=True, max_length=40, verbose_name="figure"),
        ),
        migrations.RemoveConstraint(model_name="examination", name="one_review_per_quarter_and_figure"),
        migrations.AddConstraint(
            model_name="examination",
            constraint=models.UniqueConstraint(
                fields=("quarter", "subject", "figure"), name="one_examination_per_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="examination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("figure", ""), ("subject", "performance")),
                    models.Q(("subject", "trends"), models.Q(("figure", ""), _negated=True)),
                    _connector="OR",
                ),
                name="trends_are_of_a_figure",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_performance),
    ]
