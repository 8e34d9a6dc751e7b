"""A few line drawings, 24 × 24, drawn in the colour of the words around them."""

ICONS = {
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "leave": '<path d="M13 5h5.5v14H13M4 12h10M10.5 8 14.5 12l-4 4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "care": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5M12 16.2v.3"/>',
    "lock": '<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>',
    "letter": '<rect x="3.5" y="6" width="17" height="12.5" rx="1.5"/><path d="m4 7.5 8 6 8-6"/>',
    "speak": '<path d="M5 6h14v9.5h-7L8 19v-3.5H5z"/>',
    "leaf": '<path d="M6 18C5 9.5 10 5 19 5c.5 9-4 14-12.5 13M5 20c2-5 5-8 9-10.5"/>',
    "print": '<path d="M7.5 9V4.5h9V9M7.5 16H5V9.5h14V16h-2.5M7.5 13.5h9v6h-9z"/>',
    "pause": '<path d="M9 6.5v11M15 6.5v11"/>',
    "menu": '<path d="M5 8h14M5 12.5h14M5 17h14"/>',
    # One small sign for each kind of need; colour is never the only one.
    "need-safety": '<path d="M12 4.5 19 7v5c0 4-3 6.5-7 8-4-1.5-7-4-7-8V7z"/>',
    "need-connection": '<circle cx="9.2" cy="12" r="5"/><circle cx="14.8" cy="12" r="5"/>',
    "need-autonomy": '<path d="M12 20v-8M12 12C12 8 9 6 5.5 6c0 4 2.5 6 6.5 6z"/>'
    '<path d="M12 10c0-3 2.5-5 6-5 0 3.5-2.5 5.5-6 5.5"/>',
    "need-recognition": '<path d="M3.5 12C6 8 9 6.5 12 6.5S18 8 20.5 12C18 16 15 17.5 12 17.5S6 16 3.5 12z"/>'
    '<circle cx="12" cy="12" r="2.5"/>',
    "need-meaning": '<path d="m12 4 2 6 6 2-6 2-2 6-2-6-6-2 6-2z"/>',
    "need-fairness": '<path d="M12 5v14M8 19h8M5 8h14M5 8l-2 5.5h4zM19 8l-2 5.5h4z"/>',
    "need-common": '<path d="M5 13c2-3 5-3 7 0s5 3 7 0M5 8.5c2-3 5-3 7 0s5 3 7 0"/>',
}

# Five river stones, 60 × 56, no two alike.
STONE_SHAPES = [
    "M10 31c-1-11 8-20 20-20s21 7 21 18-9 17-21 17-19-5-20-15z",
    "M9 27c1-10 10-15 21-15s21 8 20 18-10 17-21 16S8 38 9 27z",
    "M11 29c0-10 7-18 18-18s22 6 22 17-8 19-20 19-20-7-20-18z",
    "M9 30c0-9 8-17 19-18s22 5 23 16-8 18-20 18S9 40 9 30z",
    "M10 28c2-11 12-17 23-16s18 9 17 18-10 16-21 16-21-7-19-18z",
]
