using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>Computes the <c>meta.id</c> of an outgoing event from its source and prediction, so that a resent event has the same id.</summary>
internal static class EventUuid
{
    // Random namespace of this project.
    private static readonly byte[] NameSpace = new Guid("7c1ac7e0-4f0c-4a35-9f0e-2d6a1e5b8c43").ToByteArray(bigEndian: true);

    /// <summary>Creates a UUID of version 8: RFC 9562, section 5.8, with SHA-256 as in its appendix B.2.</summary>
    public static string Create(MediaWikiEvent source, string stream, ClassificationPrediction prediction)
    {
        // JSON encoding escapes the separator within a part.
        string?[] name = [SourceOf(source), stream, prediction.ModelName, prediction.ModelVersion];
        var text = Encoding.UTF8.GetBytes(string.Join('\n', name.Select(part => JsonEncodedText.Encode(part ?? ""))));
        var hash = SHA256.HashData([.. NameSpace, .. text]).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    // Without meta.id, the source is identified by its content.
    private static string SourceOf(MediaWikiEvent source)
        => source.Meta.FindString("id") ?? $"{source.Schema} {source.DatabaseName} {source.PageId} {source.RevisionId} {source.Json.FindString("dt")}";
}
