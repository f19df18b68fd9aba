using System.Globalization;

namespace InferenceServices.ModelServer.Telemetry;

/// <summary>Names of HTTP and gRPC statuses, cached.</summary>
internal static class StatusName
{
    private static readonly string?[] Http = new string?[600];

    // The names in the gRPC specification.
    private static readonly string[] Grpc =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>Returns the gRPC status name, or the HTTP status code.</summary>
    /// <param name="record">Completed.</param>
    /// <param name="httpStatus">100 to 599.</param>
    public static string Of(RequestRecord record, int httpStatus)
        => record.GrpcStatus is { } status ? Grpc[(int)status] : Http[httpStatus] ??= httpStatus.ToString(CultureInfo.InvariantCulture);
}
