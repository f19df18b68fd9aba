using System.CommandLine;
using System.Text;

namespace InferenceServices.ModelTools.Predict;

/// <summary><c>isvc predict MODEL|URL [BODY]</c></summary>
internal static class PredictCommand
{
    public static Command Build()
    {
        var target = new Argument<string>("MODEL|URL")
        {
            Description = "An ONNX file or model directory to run in this process, or the address of a server: complete (…/v1/models/m:predict, …/infer) or with --model_name.",
        };
        var body = new Argument<string?>("BODY")
        {
            Description = "A V1 or V2 request: JSON, @FILE, or - for standard input. Default -.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var modelName = new Option<string>("--model_name") { Description = "Name of the model on the server. Default model.", DefaultValueFactory = _ => "model" };
        var command = new Command("predict", "Sends one request to a model or a server and prints the response.") { target, body, modelName };
        command.SetAction((parsed, cancellationToken) => PredictAsync(
            parsed.GetRequiredValue(target),
            parsed.GetValue(body) ?? "-",
            parsed.GetRequiredValue(modelName),
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    private static async Task<int> PredictAsync(
        string target, string body, string modelName, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var request = await RequestBody.ReadAsync(body, cancellationToken);
        if (IsAddress(target)) return await PostAsync(new Uri(target), modelName, request, console, cancellationToken);

        await using var server = await LocalServer.StartAsync(target, modelName, cancellationToken);
        return await PostAsync(server.Address, modelName, request, console, cancellationToken);
    }

    private static bool IsAddress(string target)
        => target.StartsWith("http://", StringComparison.Ordinal) || target.StartsWith("https://", StringComparison.Ordinal);

    private static async Task<int> PostAsync(
        Uri address, string modelName, string body, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await http.PostAsync(ModelAddress.Of(address, modelName, body), content, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            await (response.IsSuccessStatusCode ? console.Output : console.Error).WriteLineAsync(text);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException exception)
        {
            throw new ModelFileException($"{address} cannot be reached: {exception.Message}");
        }
    }
}
