from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0003_room_for_accountability"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=36, verbose_name="mark")),
            ],
            options={
                "verbose_name": "edition of the registers",
                "verbose_name_plural": "editions of the registers",
                "default_permissions": (),
            },
        ),
    ]
