using Microsoft.Extensions.Options;

namespace InferenceServices.MediaWiki.Client;

[OptionsValidator]
internal sealed partial class MediaWikiOptionsValidator : IValidateOptions<MediaWikiOptions>;
