"""The hub: what people see and enter, in a browser.

A Django project in rooms: `people` (users, roles, audit), `figures` (the pages that
read facts), `imports`, `corrections`, `sites`, `inbox`, `api`. A page picks data
through `reading`, which asks `rights` what this reader may see, and calls `pages.show`;
every write lives in a room's `actions.py`, in one transaction with its audit row.
"""
