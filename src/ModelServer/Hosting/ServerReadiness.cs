namespace InferenceServices.ModelServer.Hosting;

/// <summary>Whether the server should get traffic: not while it shuts down, not while a model cannot answer, not when it has none.</summary>
internal sealed class ServerReadiness(DataPlane.DataPlane plane)
{
    public async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (plane.IsDraining || plane.ModelNames.Count == 0) return false;
        foreach (var modelName in plane.ModelNames)
            if (!await plane.IsReadyAsync(modelName, modelVersion: null, cancellationToken)) return false;
        return true;
    }
}
