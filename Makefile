PYTHON ?= python3
BOOTSTRAP = exec $(PYTHON) blk_portal/runtime/bootstrap.py

.PHONY: run test check bench messages pictures lock

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

pictures:
	@$(BOOTSTRAP) pictures $(ARGS)

lock:
	@$(BOOTSTRAP) lock $(ARGS)
