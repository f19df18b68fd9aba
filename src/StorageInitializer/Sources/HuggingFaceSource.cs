using System.Net.Http.Headers;
using System.Text.Json;
using InferenceServices.StorageInitializer.Transfer;

namespace InferenceServices.StorageInitializer.Sources;

/// <summary>A model of the Hugging Face Hub: <c>hf://OWNER/MODEL[:REVISION]</c>. All files come from the commit that the revision names when the download begins.</summary>
internal sealed class HuggingFaceSource : ModelSource
{
    private readonly string _root;
    private readonly string _model;
    private readonly string _revision;
    private readonly string? _token;
    private readonly StorageHttp _http;

    public HuggingFaceSource(string address, StorageEnvironment environment, StorageHttp http)
    {
        var name = address["hf://".Length..].TrimEnd('/');
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        _model = colon < 0 ? name : name[..colon];
        _revision = colon < 0 ? "main" : name[(colon + 1)..];
        if (_model.Split('/') is not [{ Length: > 0 }, { Length: > 0 }] || _revision.Length == 0)
            throw new StorageException(FailureCategory.Unsupported, "The address must be hf://owner/model or hf://owner/model:revision.");
        _root = (environment.GetString("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/');
        _token = environment.GetString("HF_TOKEN");
        _http = http;
    }

    public override Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken)
    {
        var uri = new Uri($"{_root}/api/models/{_model}/revision/{Uri.EscapeDataString(_revision)}?blobs=true");
        return _http.GetJsonAsync(() => ValueTask.FromResult(CreateAuthorizedRequest(uri, range: null)), ParseFiles, cancellationToken);
    }

    public override ValueTask<HttpRequestMessage> CreateRequestAsync(RemoteFile file, RangeHeaderValue? range, CancellationToken cancellationToken)
        => ValueTask.FromResult(CreateAuthorizedRequest(file.Address, range));

    private IReadOnlyList<RemoteFile> ParseFiles(JsonElement model)
    {
        var commit = model.RequiredString("sha");
        return [.. model.RequiredProperty("siblings").EnumerateArray().Select(sibling => CreateFile(sibling, commit))];
    }

    private RemoteFile CreateFile(JsonElement sibling, string commit)
    {
        var path = sibling.RequiredString("rfilename");
        var isLarge = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        return new RemoteFile(
            path,
            new Uri($"{_root}/{_model}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}"),
            sibling.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number ? sibling.RequiredSize("size") : null)
        {
            Version = commit,
            Digest = isLarge && lfs.TryGetProperty("sha256", out var sha256) ? FileDigest.Sha256(sha256.GetString() ?? "") : null,
        };
    }

    private HttpRequestMessage CreateAuthorizedRequest(Uri uri, RangeHeaderValue? range)
    {
        var request = Get(uri, range);
        if (_token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return request;
    }
}
