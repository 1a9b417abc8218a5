// Kernels write what they reserve; zeroing it first would cost more than some of them do.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
