from django.urls import path

from incubators import evidence_views, move_views, round_views, strike_views, views

app_name = "incubators"
urlpatterns = [
    path("", views.incubator_list, name="incubator-list"),
    path("<int:pk>/", views.incubator_detail, name="incubator-detail"),
    path("<int:pk>/coret/", strike_views.incubator_strike, name="incubator-strike"),
    path("<int:pk>/peringkat/", move_views.incubator_rank, name="incubator-rank"),
    path("<int:pk>/langkah/<slug:verb>/", move_views.incubator_move, name="incubator-move"),
    path("<int:pk>/langkah/<int:step>/batal/", strike_views.step_undo, name="step-undo"),
    path("<int:pk>/bukti/tambah/", evidence_views.evidence_add, name="evidence-add"),
    path("bukti/", evidence_views.evidence_list, name="evidence-list"),
    path("bukti/<int:pk>/", evidence_views.evidence_detail, name="evidence-detail"),
    path("putaran/<int:year>/", round_views.round_detail, name="round-detail"),
    path("putaran/<int:year>/calon/", round_views.candidate_list, name="candidate-list"),
]
