namespace VolMgr.Proof;

/// <summary>The engine broke an invariant; the message says which and where.</summary>
public sealed class ProofViolationException(string message) : Exception(message);
