using InferenceServices.Functional.Tests.Predictor;

namespace InferenceServices.Functional.Tests.Clients;

/// <summary>Debian's python against a predictor; each script says what it asks.</summary>
[Collection(nameof(PredictorFixture))]
public sealed class PythonClientTests(PredictorFixture predictor)
{
    [NeedsPythonFact]
    public async Task A_client_like_Tritons_over_REST_is_content() => await AssertContentAsync("triton_rest.py");

    [NeedsPythonFact]
    public async Task A_client_like_KServes_over_REST_is_content() => await AssertContentAsync("kserve_rest.py");

    [NeedsPythonFact]
    public async Task Pythons_own_clients_are_content() => await AssertContentAsync("plain_http.py");

    private async Task AssertContentAsync(string script) => (await ClientProgram.PythonAsync(script, predictor.Server.Host)).AssertContent();
}
