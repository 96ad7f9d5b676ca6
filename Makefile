PYTHON ?= python3
BOOTSTRAP = exec $(PYTHON) blk_portal/runtime/bootstrap.py

.PHONY: run test check lock

run:
	@$(BOOTSTRAP) run $(ARGS)

test:
	@$(BOOTSTRAP) test $(ARGS)

check:
	@$(BOOTSTRAP) check $(ARGS)

lock:
	@$(BOOTSTRAP) lock $(ARGS)
