"""A test tool: an Ethereum chain in one process, with real bytecode and gas (py-evm), behind JSON-RPC. Never part of the product."""
