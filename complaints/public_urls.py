from django.urls import URLPattern, URLResolver

app_name = "pengaduan"
urlpatterns: list[URLPattern | URLResolver] = []
