"""Who is listed is found without reading past those who have been erased."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_note_open_sessions'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('erased_at', None), ('is_active', True)), fields=['username_key'], name='user_listed'),
        ),
    ]
