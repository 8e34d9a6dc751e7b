from django.core.management.base import BaseCommand
from django.utils import timezone

from stages import demo


class Command(BaseCommand):
    help = "Make the demo couple, part-way through, unless it is there; print their sign-ins."

    def handle(self, *args, **options):
        demo.load(now=timezone.now())
        self.stdout.write("Demo sign-ins:")
        for email, password in demo.sign_ins():
            self.stdout.write(f"  {email}   {password}")
