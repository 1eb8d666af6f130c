using QRCoder;

namespace Listmonk.Web.Users;

/// <summary>QR codes, drawn here: a secret must not be sent to anybody else's drawing service.</summary>
internal static class QrCode
{
    private const int PixelsPerModule = 5;

    public static byte[] Png(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(code);
        return png.GetGraphic(PixelsPerModule);
    }
}
