using FluentValidation;

namespace InferenceServices.Services.LangId;

/// <summary>What a request must be before anything is computed from it. Texts are Lift Wing's where it has one.</summary>
internal sealed class LangIdRequestValidator : AbstractValidator<LangIdRequest>
{
    public LangIdRequestValidator()
        => RuleFor(request => request.Text)
            .Cascade(CascadeMode.Stop)
            .Must(text => !string.IsNullOrEmpty(text)).WithMessage("The parameter text is required.")
            .Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("The input 'text' should hold more than white space.");
}
