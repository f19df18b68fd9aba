using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.PredictorClient;

[OptionsValidator]
internal sealed partial class PredictorClientOptionsValidator : IValidateOptions<PredictorClientOptions>;
