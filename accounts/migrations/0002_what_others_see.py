from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="shows_age",
            # With a default in the database: an older worker beside this one still inserts profiles.
            field=models.BooleanField(db_default=False, default=False, verbose_name="others see the age"),
        ),
        migrations.AddField(
            model_name="profile",
            name="shows_gender",
            field=models.BooleanField(db_default=False, default=False, verbose_name="others see the gender"),
        ),
    ]
