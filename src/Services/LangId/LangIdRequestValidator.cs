using FluentValidation;

namespace InferenceServices.Services.LangId;

/// <summary>Validates a request. Messages are those of Lift Wing where it has them.</summary>
internal sealed class LangIdRequestValidator : AbstractValidator<LangIdRequest>
{
    public LangIdRequestValidator()
        => RuleFor(request => request.Text)
            .Cascade(CascadeMode.Stop)
            .Must(text => !string.IsNullOrEmpty(text)).WithMessage("The parameter text is required.")
            .Must(text => PythonWhitespace.Trim(text).Length > 0).WithMessage("The input 'text' should hold more than white space.");
}
