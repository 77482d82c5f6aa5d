"""Up to where each has read their conversations. Only a new table: the old program runs beside it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0004_what_has_piled_up'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConversationMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_read_seq', models.BigIntegerField(default=0, verbose_name='read up to')),
                ('peer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='peer')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'read mark of a conversation',
                'verbose_name_plural': 'read marks of conversations',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('user', 'peer'), name='one_mark_per_conversation')],
            },
        ),
    ]
