"""Small drawings of our own, one path each on a 24 × 24 grid, drawn inline so that they take the text's colour."""

ICONS = {
    "asset": "M4 21V9l8-5 8 5v12M9 21v-6h6v6M3 21h18",
    "booking": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14h3v3H8z",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "complaint": "M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5",
    "leader": "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.8-4.5 3.800-7 8-7s7.200 2.5 8 7",
    "phone": "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3c0 1.7-1.300 3-3 3A15 15 0 0 1 3 6c0-1.7 1.300-3 3-3z",
    "place": "M12 21s7-6 7-11a7 7 0 1 0-14 0c0 5 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "procurement": "M6 5h12v16H6zM9 3h6v4H9zM9 14l2 2 4-5",
    "scales": "M12 4v16M8 20h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
    "shield": "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
}
