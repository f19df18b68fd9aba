using System.Diagnostics;

namespace InferenceServices.ModelTools.Up;

/// <summary>What runs containers here.</summary>
internal interface IEngine
{
    /// <summary>The process that brings models and ends.</summary>
    /// <param name="container">The storage-initializer.</param>
    /// <param name="directory">What is at the mount of its models.</param>
    ProcessStartInfo Initializer(Container container, string directory);

    /// <summary>The process that serves, or that stands for the container that does.</summary>
    /// <param name="container">As the controller has it.</param>
    /// <param name="differences">Switches that are another here than in a cluster; they come last.</param>
    /// <param name="directory">What is at the mount of its models; null when it has none.</param>
    ProcessStartInfo Server(Container container, IReadOnlyList<string> differences, string? directory);
}
