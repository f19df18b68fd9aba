using System.Globalization;
using Grpc.Core;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Statuses as text, each made once.</summary>
internal static class StatusName
{
    private static readonly string[] Http = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    // As the specification writes them: INVALID_ARGUMENT.
    private static readonly string[] Grpc = [.. Enum.GetValues<StatusCode>().Select(NameOf)];

    /// <summary>How a request ended.</summary>
    /// <param name="record">Complete.</param>
    /// <param name="httpStatus">100 to 599.</param>
    public static string Of(RequestRecord record, int httpStatus)
        => record.GrpcStatus is { } status ? Grpc[(int)status] : Http[httpStatus];

    private static string NameOf(StatusCode status)
        => string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) && status != StatusCode.OK ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
