using System.Text.RegularExpressions;
using InferenceServices.Contracts.Errors;
using InferenceServices.Inference.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace InferenceServices.Inference.Execution;

/// <summary>Reads ONNX Runtime's message about a failed run. The C# binding does not expose the error code.</summary>
internal static partial class RunFailure
{
    private const int MaxReason = 400;
    private const string InvalidArgument = "[ErrorCode:InvalidArgument]";
    private const string Status = "Status Message: ";
    private const string Condition = " was false. ";

    /// <summary>Returns the reason of a failure that the values or shapes of the request cause: the runtime rejects an input, or a node fails.</summary>
    /// <returns>At most 400 characters, without paths and functions of the runtime's source code; null if the request is not the cause.</returns>
    /// <remarks>A graph is loaded only if the runtime has a kernel for each node, so a node that fails does so on its inputs. The exception is a failed allocation.</remarks>
    public static string? FindRejection(OnnxRuntimeException exception)
    {
        var message = exception.Message;
        if (IsOutOfMemory(exception)) return null;
        // A node of a subgraph fails inside a node such as Loop; the innermost has the reason.
        var nodes = Node().Matches(message);
        if (nodes is [.., var node])
        {
            if (node.Groups["name"].Value.StartsWith(ModelGraph.ReasonPrefix, StringComparison.Ordinal)) return ShortText.Of(node.Groups["name"].Value[ModelGraph.ReasonPrefix.Length..], MaxReason);
            var name = node.Groups["name"].Value is { Length: > 0 } given ? $" '{given}'" : "";
            return ShortText.Of($"node {node.Groups["type"].Value}{name}: {ReadReason(message[(node.Index + node.Length)..])}", MaxReason);
        }
        return message.StartsWith(InvalidArgument, StringComparison.Ordinal) ? ShortText.Of(ReadReason(message[InvalidArgument.Length..]), MaxReason) : null;
    }

    /// <summary>Returns whether a run failed because memory could not be allocated, in the arena or in the process.</summary>
    public static bool IsOutOfMemory(Exception exception)
        => exception is OutOfMemoryException || (exception is OnnxRuntimeException
            && (exception.Message.Contains("Failed to allocate memory for requested buffer", StringComparison.Ordinal)
                || exception.Message.Contains("is smaller than requested bytes of", StringComparison.Ordinal)
                || exception.Message.Contains("bad_alloc", StringComparison.Ordinal)));

    private static string ReadReason(string message)
    {
        var status = message.LastIndexOf(Status, StringComparison.Ordinal);
        var reason = SourceLocation().Replace(status < 0 ? message : message[(status + Status.Length)..], "").Trim();
        var condition = reason.IndexOf(Condition, StringComparison.Ordinal);
        if (condition >= 0 && condition + Condition.Length < reason.Length) reason = reason[(condition + Condition.Length)..].Trim();
        return reason switch
        {
            // Names of the C++ functions that parse numbers.
            "stod" or "stof" or "stold" or "stoi" or "stol" or "stoll" or "stoul" or "stoull" => "a string is not a number, or is out of range",
            "" => "no reason",
            _ => reason,
        };
    }

    [GeneratedRegex(@"while running (?<type>\S+) node\. Name:'(?<name>[^']*)' ")]
    private static partial Regex Node();

    // File and line, and the function: its signature after an absolute path, its name after a file name.
    [GeneratedRegex(@"/\S+:\d+ [^(]*\([^)]*\)(?: const)?(?: \[with [^\]]*\])? |(?:\[ONNXRuntimeError\] : \d+ : \w+ : )|\b[\w.-]+\.(?:h|cc|cpp):\d+ (?:\w+ )?")]
    private static partial Regex SourceLocation();
}
