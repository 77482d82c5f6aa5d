"""What somebody said is found by author and time; the index that the foreign key had of its own is its beginning."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def take_your_time(apps, schema_editor):
    """A request may take 2.5 s; an index of a long log takes longer to be made."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0002_what_administrators_may'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_your_time, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['author', 'sent_at'], name='message_of_author'),
        ),
        migrations.AlterField(
            model_name='message',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_your_time),
    ]
