"""What has piled up stands beside what is asked for: closed rooms, rooms that stay, messages
in rooms, whoever has been in a room."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def take_your_time(apps, schema_editor):
    """A request may take 2.5 s; an index of a long log takes longer to be made."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL statement_timeout = 0")


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0003_what_somebody_said'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_your_time, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('is_origin', True), ('kind', 'direct')), fields=['sent_at'], name='message_private_by_time'),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['stream'], name='room_listed'),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('closed_at__isnull', True), ('kind', 'temporary')), fields=['owner', 'close_at'], name='room_of_creator'),
        ),
        migrations.RemoveIndex(
            model_name='room',
            name='room_open_of_owner',
        ),
        migrations.RemoveIndex(
            model_name='room',
            name='room_due',
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('close_at__isnull', False), ('closed_at__isnull', True)), fields=['close_at'], name='room_due'),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(fields=['room', 'last_seen_at'], name='participant_by_time'),
        ),
        migrations.AlterField(
            model_name='participant',
            name='room',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='rooms.room', verbose_name='room'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_your_time),
    ]
