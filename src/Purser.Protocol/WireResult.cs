namespace Purser.Protocol;

/// <summary>What came of reading or checking something foreign: a value, or a refusal with a code of <see cref="WireCode"/>. Bad input is never an exception.</summary>
public readonly struct WireResult<T>
    where T : notnull
{
    private readonly T? value;

    private WireResult(T? value, string? code, string? detail)
    {
        this.value = value;
        Code = code;
        Detail = detail;
    }

    /// <summary>Null when all is well.</summary>
    public string? Code { get; }

    public string? Detail { get; }

    public bool IsOk => Code is null && value is not null;

    public T Value => IsOk ? value! : throw new InvalidOperationException($"Refused: {Code}: {Detail}");

    public static implicit operator WireResult<T>(T value) => new(value, null, null);

    public static implicit operator WireResult<T>(WireRefusal refusal) => new(default, refusal.Code, refusal.Detail);
}

public sealed record WireRefusal(string Code, string Detail);
