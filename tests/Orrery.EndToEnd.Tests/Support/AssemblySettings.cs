// A journey uses every core; several at once would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
