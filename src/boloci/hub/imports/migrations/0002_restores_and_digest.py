from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='restores',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='upload',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
