"""Every address of the hub. Each room lists its own."""

from django.urls import URLPattern, URLResolver

from boloci.hub.api.addresses import addresses as api
from boloci.hub.corrections.addresses import addresses as corrections
from boloci.hub.figures.addresses import addresses as figures
from boloci.hub.grid.addresses import addresses as grid
from boloci.hub.imports.addresses import addresses as imports
from boloci.hub.improvement.addresses import addresses as improvement
from boloci.hub.inbox.addresses import addresses as inbox
from boloci.hub.people.addresses import addresses as people
from boloci.hub.sites.addresses import addresses as sites

urlpatterns: list[URLPattern | URLResolver] = [
    *figures,
    *api,
    *people,
    *imports,
    *grid,
    *corrections,
    *sites,
    *inbox,
    *improvement,
]

handler400 = "boloci.hub.trouble.bad"
handler403 = "boloci.hub.trouble.forbidden"
handler404 = "boloci.hub.trouble.not_found"
handler500 = "boloci.hub.trouble.faulty"
