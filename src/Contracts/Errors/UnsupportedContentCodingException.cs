namespace InferenceServices.Contracts.Errors;

/// <summary>The request body has an unknown <c>Content-Encoding</c>: 415 <c>unsupported_content_coding</c>.</summary>
/// <param name="coding">Value of the header.</param>
public sealed class UnsupportedContentCodingException(string coding)
    : InferenceException(415, "unsupported_content_coding", $"Content-Encoding should be gzip or deflate, got '{ShortText.Of(coding)}'.");
