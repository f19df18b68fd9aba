using Microsoft.Extensions.Options;

namespace InferenceServices.ResponseCache;

[OptionsValidator]
internal sealed partial class ResponseCacheOptionsValidator : IValidateOptions<ResponseCacheOptions>;
