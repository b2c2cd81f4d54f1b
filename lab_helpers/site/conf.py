"""Sphinx's configuration of the site; `lab_helpers.site.build` has it read."""

project = "Practical monitoring with Prometheus and Grafana"
html_title = "Practical monitoring"
language = "en"
smartquotes = False  # words are as they were written
extensions = ["myst_nb", "notfound.extension", "lab_helpers.site.addresses"]
exclude_patterns = ["drawn"]

nb_execution_mode = "off"  # the pages are those that are stored
nb_merge_streams = True
myst_heading_anchors = 6
myst_heading_slug_func = "lab_helpers.site.addresses.slug"

# Prose quotes PromQL with Grafana's variables, and with what it answers: no lexer knows these.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "logo": {"text": html_title},
    "navbar_center": [],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "templates_skip_empty_check": ["contents.html"],  # it never is, and takes long
    "search_bar_text": "Search",
    "search_as_you_type": True,
    "footer_start": [],
    "footer_end": [],
}
html_context = {"default_mode": "auto"}  # dark or light as the system is
html_sidebars = {"**": ["contents.html"]}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # it would load each page that is found, whole
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_domain_indices = False
html_permalinks_icon = "#"

notfound_context = {
    "title": "Not here",
    "body": "<h1>This page is not here</h1><p>It has moved, or never was. Search for a word of it, "
    "or take a page of the list of contents.</p>",
}
