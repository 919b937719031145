from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('corrections', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='correction',
            name='changed_by',
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
