from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "vessels.shared"
    label = "shared"

    def ready(self):
        from consent.models import ContentType
        from vessels.private import contents
        from vessels.private.models import Boundary, IdentifiedNeed, UserEvent
        from vessels.shared import bridge, originals

        originals.register(ContentType.IDENTIFIED_NEED, originals.field_reader(IdentifiedNeed, "need"))
        originals.register(ContentType.BOUNDARY, originals.field_reader(Boundary, "description"))
        originals.register(ContentType.EVENT_SUMMARY, originals.field_reader(UserEvent, "description"))
        contents.before_delete(lambda place, item, now: bridge.take_back_item(place=place, item_id=item.pk, now=now))
