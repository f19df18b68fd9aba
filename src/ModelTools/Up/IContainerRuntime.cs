using System.Diagnostics;

namespace InferenceServices.ModelTools.Up;

/// <summary>Creates the processes that run containers.</summary>
internal interface IContainerRuntime
{
    /// <summary>Returns the process that downloads models and exits.</summary>
    /// <param name="container">The storage-initializer.</param>
    /// <param name="directory">Local folder of the model volume.</param>
    ProcessStartInfo Initializer(Container container, string directory);

    /// <summary>Returns the process that serves.</summary>
    /// <param name="container">The container as planned by the controller.</param>
    /// <param name="localOverrides">Switches whose values differ from those in a cluster; they are appended last.</param>
    /// <param name="directory">Local folder of the model volume; null if the container has no model.</param>
    ProcessStartInfo Server(Container container, IReadOnlyList<string> localOverrides, string? directory);
}
