"""Nothing lost, nothing doubled: real processes under the faults that really happen, held against a plain model."""
