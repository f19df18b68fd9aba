using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace InferenceServices.EventGate.Events;

/// <summary>The <c>meta.id</c> of an event we send: made of what it is about, so that sending it again does not make a second one of it.</summary>
internal static class EventId
{
    // A name space of our own, drawn once at random.
    private static readonly byte[] NameSpace = new Guid("7c1ac7e0-4f0c-4a35-9f0e-2d6a1e5b8c43").ToByteArray(bigEndian: true);

    /// <summary>A UUID of version 8: RFC 9562, section 5.8, with SHA-256 as in its appendix B.2.</summary>
    public static string Of(MediaWikiEvent source, string stream, ClassificationPrediction prediction)
    {
        // No part can hold the separator by accident: it is quoted as JSON.
        string?[] name = [SourceOf(source), stream, prediction.ModelName, prediction.ModelVersion];
        var text = Encoding.UTF8.GetBytes(string.Join('\n', name.Select(part => JsonEncodedText.Encode(part ?? ""))));
        var hash = SHA256.HashData([.. NameSpace, .. text]).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    // An event without an id is still the same event when it comes again.
    private static string SourceOf(MediaWikiEvent source)
        => source.Meta.FindText("id") ?? $"{source.Schema} {source.DatabaseName} {source.PageId} {source.RevisionId} {source.Json.FindText("dt")}";
}
