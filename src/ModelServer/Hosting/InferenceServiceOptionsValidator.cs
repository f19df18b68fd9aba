using Microsoft.Extensions.Options;

namespace InferenceServices.ModelServer.Hosting;

[OptionsValidator]
internal sealed partial class InferenceServiceOptionsValidator : IValidateOptions<InferenceServiceOptions>;
