import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Spreadsheet (XLSX)"), ("csv", "Text (CSV)")],
                        max_length=10,
                        verbose_name="format",
                    ),
                ),
                ("filter", models.JSONField(default=dict, verbose_name="filter")),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-at", "-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(verbose_name="row")),
                ("digests", models.JSONField(default=dict, verbose_name="digests")),
            ],
            options={
                "verbose_name": "imported row",
                "verbose_name_plural": "imported rows",
                "ordering": ["run", "row"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(blank=True, null=True, verbose_name="row")),
                ("column", models.CharField(blank=True, max_length=200, verbose_name="column")),
                ("value", models.CharField(blank=True, max_length=120, verbose_name="value")),
                ("reason", models.TextField(verbose_name="reason")),
                ("is_difference", models.BooleanField(default=False, verbose_name="difference")),
            ],
            options={
                "verbose_name": "problem of an import",
                "verbose_name_plural": "problems of an import",
                "ordering": ["id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AlterModelOptions(
            name="importrun",
            options={
                "ordering": ["-created_at", "-id"],
                "verbose_name": "import run",
                "verbose_name_plural": "import runs",
            },
        ),
        migrations.RemoveField(
            model_name="historicalimportrun",
            name="errors",
        ),
        migrations.RemoveField(
            model_name="importrun",
            name="errors",
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken up at"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="clocks",
            field=models.CharField(
                choices=[("import", "From the import on"), ("received", "From the receipt of each complaint")],
                default="import",
                max_length=10,
                verbose_name="clocks start",
            ),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="error_count",
            field=models.PositiveIntegerField(default=0, verbose_name="errors"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="language",
            field=models.CharField(blank=True, max_length=10, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="rows_differing",
            field=models.PositiveIntegerField(default=0, verbose_name="known, but changed in the file"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="rows_repeated",
            field=models.PositiveIntegerField(default=0, verbose_name="repeated in the file"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="rows_wrong",
            field=models.PositiveIntegerField(default=0, verbose_name="rows with errors"),
        ),
        migrations.AddField(
            model_name="historicalimportrun",
            name="sheet",
            field=models.CharField(blank=True, max_length=100, verbose_name="sheet"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken up at"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="clocks",
            field=models.CharField(
                choices=[("import", "From the import on"), ("received", "From the receipt of each complaint")],
                default="import",
                max_length=10,
                verbose_name="clocks start",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="error_count",
            field=models.PositiveIntegerField(default=0, verbose_name="errors"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="language",
            field=models.CharField(blank=True, max_length=10, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="rows_differing",
            field=models.PositiveIntegerField(default=0, verbose_name="known, but changed in the file"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="rows_repeated",
            field=models.PositiveIntegerField(default=0, verbose_name="repeated in the file"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="rows_wrong",
            field=models.PositiveIntegerField(default=0, verbose_name="rows with errors"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="sheet",
            field=models.CharField(blank=True, max_length=100, verbose_name="sheet"),
        ),
        migrations.AlterField(
            model_name="historicalimportrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                ],
                db_index=True,
                default="waiting",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="mapping",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="complaints.columnmapping",
                verbose_name="column mapping",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("refused", "Refused"),
                    ("failed", "Failed"),
                ],
                db_index=True,
                default="waiting",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mapping__isnull", False), ("status__in", ["uploaded", "refused", "failed"]), _connector="OR"
                ),
                name="run_has_a_mapping",
            ),
        ),
        migrations.AddField(
            model_name="exportrecord",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="importedrow",
            name="complaint",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_row",
                to="complaints.complaint",
                verbose_name="complaint",
            ),
        ),
        migrations.AddField(
            model_name="importedrow",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_rows",
                to="complaints.importrun",
                verbose_name="import run",
            ),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="problems",
                to="complaints.importrun",
                verbose_name="import run",
            ),
        ),
        migrations.AddIndex(
            model_name="importproblem",
            index=models.Index(fields=["run", "is_difference", "id"], name="import_problem_by_run"),
        ),
    ]
