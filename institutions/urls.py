from django.urls import path

from institutions import operator_views, proposal_views, views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("usulan/", proposal_views.proposal_queue, name="proposal-queue"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
    path("<int:pk>/operator/", operator_views.operator_invite, name="operator-invite"),
    path(
        "<int:pk>/operator/<int:membership>/tautan/",
        operator_views.operator_reissue,
        name="operator-reissue",
    ),
    path(
        "<int:pk>/operator/<int:membership>/keluarkan/",
        operator_views.operator_remove,
        name="operator-remove",
    ),
    path("<int:pk>/usulan/", proposal_views.proposal_list, name="proposal-list"),
    path(
        "<int:pk>/usulan/<int:proposal>/tarik/",
        proposal_views.proposal_withdraw,
        name="proposal-withdraw",
    ),
    path(
        "<int:pk>/usulan/<int:proposal>/putusan/",
        proposal_views.proposal_decide,
        name="proposal-decide",
    ),
]
