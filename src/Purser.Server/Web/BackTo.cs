namespace Purser.Server.Web;

/// <summary>The page that a small form was sent from and that its answer leads back to. Only our own addresses are followed.</summary>
public static class BackTo
{
    public const string Field = "back";

    public static string Of(IFormCollection form, string otherwise) => OwnAddress.Is(form[Field]) ? form[Field]! : otherwise;
}
