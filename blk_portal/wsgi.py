"""The WSGI application that gunicorn serves; it starts only with the right keys."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blk_portal.settings")
os.environ.setdefault("STATEMENT_TIMEOUT", "15s")

application = get_wsgi_application()

# Models can be imported only once the application is set up.
from blk_portal.privacy.guard import require_keys  # noqa: E402

require_keys()

# All that is loaded stays for the life of the process; to look through it for garbage again and
# again held up a request by 100 ms every now and then.
gc.freeze()
