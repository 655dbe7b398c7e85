namespace VolMgr.Volumes.Tasks;

/// <summary>Where a task is in its life.</summary>
public enum TaskState
{
    /// <summary>It works.</summary>
    Running = 1,

    /// <summary>It was told to wait; letter P.</summary>
    Paused = 2,

    /// <summary>It was told to back out and does; letter A.</summary>
    Aborting = 3,

    /// <summary>It has done what it was for. For a copy: the plex is ACTIVE, durably.</summary>
    Completed = 4,

    /// <summary>It has backed out because it was told to.</summary>
    Aborted = 5,

    /// <summary>It has backed out because of an error.</summary>
    Failed = 6,
}
