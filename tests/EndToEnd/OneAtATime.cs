// Every test wants the host's cores: two at a time would see each other's leases.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
