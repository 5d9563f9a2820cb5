from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="statistickind",
            name="counts_pupils",
            field=models.BooleanField(default=False, verbose_name="обучающиеся"),
        ),
    ]
