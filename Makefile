PYTHON ?= python3
BOOTSTRAP = exec $(PYTHON) blk_portal/runtime/bootstrap.py

.PHONY: run test check bench messages lock

run:
	@$(BOOTSTRAP) run $(ARGS)

test:
	@$(BOOTSTRAP) test $(ARGS)

check:
	@$(BOOTSTRAP) check $(ARGS)

bench:
	@$(BOOTSTRAP) bench $(ARGS)

messages:
	@$(BOOTSTRAP) messages $(ARGS)

lock:
	@$(BOOTSTRAP) lock $(ARGS)
