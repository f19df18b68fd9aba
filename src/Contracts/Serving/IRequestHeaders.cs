namespace InferenceServices.Contracts.Serving;

/// <summary>The headers of the request that the server is answering.</summary>
public interface IRequestHeaders
{
    /// <summary>The client's <c>x-request-id</c>, or the one the server created.</summary>
    string RequestId { get; }

    /// <summary>Gets the values of a header, one per line, unchanged.</summary>
    /// <param name="name">Name of the header; case is ignored.</param>
    /// <returns>Empty if the request does not have the header.</returns>
    IReadOnlyList<string?> GetValues(string name);
}
