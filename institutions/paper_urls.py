from django.urls import path

from institutions import paper_views

app_name = "papers"
urlpatterns = [
    path("<int:pk>/", paper_views.paper_open, name="paper-open"),
    path("<int:pk>/cabut/", paper_views.paper_withdraw, name="paper-withdraw"),
]
